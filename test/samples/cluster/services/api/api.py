"""The shop: says its version, and keeps orders in the database."""

from serve import ask, serve

VERSION = "1"


def answer(path):
    if path == "/":
        return 200, f"shop, version {VERSION}\n"
    if path == "/orders" or path.startswith("/order/"):
        return ask("db", path)
    return 404, "there is no such page\n"


serve(answer)
