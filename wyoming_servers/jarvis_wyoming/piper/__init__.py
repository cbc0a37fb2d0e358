"""Text to speech with Piper's voices, from the first clause on."""
