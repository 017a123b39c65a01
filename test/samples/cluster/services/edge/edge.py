"""The entry: passes requests on to the api, and finds its tasks by name."""

from serve import ask, serve

serve(lambda path: ask("api", path))
