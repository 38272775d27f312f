// Two tones, generated here: a soft one for an offer, an urgent one for danger.
let audio;

function tone(at, frequency, seconds, volume) {
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(volume, at + 0.02);
  gain.gain.exponentialRampToValueAtTime(0.001, at + seconds);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(at);
  oscillator.stop(at + seconds);
}

function play(notes) {
  audio ??= new AudioContext();
  audio.resume();
  notes.forEach(([delay, frequency, seconds, volume]) => tone(audio.currentTime + delay, frequency, seconds, volume));
}

// A browser plays no sound on a page that nobody has touched yet.
export const isSilenced = () => audio?.state === 'suspended';

export const chime = () => play([[0, 660, 0.25, 0.12], [0.16, 880, 0.4, 0.12]]);
export const alarm = () => play([[0, 988, 0.22, 0.3], [0.26, 740, 0.22, 0.3], [0.52, 988, 0.3, 0.3]]);
