"""How users are made: by e-mail address, with a password or without one (passkey, OIDC)."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.base_user import BaseUserManager


class UserManager(BaseUserManager):  # type: ignore[type-arg]
    """Makes users."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """Make a user; without password nobody can sign in by password."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> Any:
        """Make a user who runs the system."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)
