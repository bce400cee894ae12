"""Password hashing for tests: the product's own function with a work factor that makes no test wait."""

from django.contrib.auth.hashers import ScryptPasswordHasher


class QuickScryptHasher(ScryptPasswordHasher):
    """Scrypt as in production, but cheap: a company of a test has many persons, and each of them signs in."""

    work_factor = 2**4
