"""What strangers, forged pages and thieves of sessions try, and the threat model that names these tests."""
