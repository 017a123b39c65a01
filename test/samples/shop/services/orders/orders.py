"""What both processes know of an order."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Order:
    number: int
    articles: tuple[int, ...]

    def subject(self):
        count = len(self.articles)
        return f"Your order {self.number}: {count} article{'' if count == 1 else 's'}"
