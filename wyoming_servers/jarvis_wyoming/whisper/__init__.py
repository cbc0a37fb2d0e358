"""jarvis-whisper: hears with Whisper, and has the text when the speaker is done."""
