// Runs before the first paint, so that large print never flickers.
try {
  if (localStorage.getItem('yht.large') === '1') document.documentElement.classList.add('large');
} catch { /* storage is forbidden: ordinary print */ }
