"""What an auditor runs elsewhere: a program of one file that needs nothing of this package."""
