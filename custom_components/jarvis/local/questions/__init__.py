"""What is asked about the house and answered without a model; the words are data."""
