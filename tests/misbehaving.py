"""Answers to exercises that misbehave, for the tests of the tutor."""


def raising(error):
    """Return an answer that raises `error` whatever it is asked."""

    def answer(*args, **kwargs):
        raise error

    return answer


def returning(value):
    """Return an answer that returns `value` whatever it is asked."""
    return lambda *args, **kwargs: value
