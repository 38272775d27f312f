"""The audit: who did what to which record, when and why; append-only and hash-chained."""
