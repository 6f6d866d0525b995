"""What is said to whoever is no administrator."""

from handlers.conversation import Person


def to_be_one(person: Person) -> str:
    """How somebody becomes an administrator: what to give whoever runs the assistant, as the settings have it."""
    return f"If you should be one, please ask whoever runs it, and give them this: {person.platform}:{person.user}"
