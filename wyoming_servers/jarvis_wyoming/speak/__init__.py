"""From written text to words that a voice can say, in French and English."""

from .cutter import Cutter
from .guess import language_of, told_language
from .say import say

__all__ = ["Cutter", "language_of", "say", "told_language"]
