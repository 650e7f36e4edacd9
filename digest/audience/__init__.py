"""WHO READS: sign-ups and imports become readers who may be mailed, and whom they follow."""
