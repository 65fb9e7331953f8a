"""One word for what is refused because it could only be done wrongly."""


class Unsupported(ValueError):
    """What is asked cannot be captured, or encoded, rightly; the message says why and what to do."""
