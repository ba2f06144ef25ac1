"""The encoder: a small transformer that reads the masked text and says what each place in it means."""
