"""`python -m quizengine`."""

from quizengine.cli import main

main()
