"""What is wrong with a knowledge base, said so that an editor can mend it."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake: the file, the line in it (from 1; 0 for the file as a whole), the entry, and what is wrong."""

    file: Path
    line: int
    entry: str
    message: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else str(self.file)
        return f"{where}: {self.entry}: {self.message}" if self.entry else f"{where}: {self.message}"


class KnowledgeError(Exception):
    """The knowledge base cannot be used; `problems` holds every mistake found, in order of file and line."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
