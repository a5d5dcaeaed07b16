"""What every record has, and the one door through which records are saved."""
