"""Makes the small Whisper of the tests from nothing but packages."""
