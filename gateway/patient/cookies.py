"""The two cookies: who is signed in, and which language is spoken."""

from flask import Request, Response

from gateway.patient.words import LANGUAGES

SESSION = "paravent"
LANGUAGE = "langue"
YEAR = 31_536_000


def session_id(request: Request, *, secure: bool) -> str:
    """Return the session id the browser holds, or empty."""
    return request.cookies.get(_name(SESSION, secure=secure), "")


def keep_session(answer: Response, value: str, *, secure: bool) -> None:
    """Hand the browser a session id, until it closes."""
    _keep(answer, SESSION, value, secure=secure)


def drop_session(answer: Response, *, secure: bool) -> None:
    """Take the session id back."""
    _keep(answer, SESSION, "", secure=secure, seconds=0)


def keep_language(answer: Response, lang: str, *, secure: bool) -> None:
    """Have the browser remember the language."""
    _keep(answer, LANGUAGE, lang, secure=secure, seconds=YEAR)


def language(request: Request, *, secure: bool) -> str:
    """Return the language chosen, else the one the browser prefers, else French."""
    chosen = request.cookies.get(_name(LANGUAGE, secure=secure), "")
    if chosen in LANGUAGES:
        return chosen
    return request.accept_languages.best_match(LANGUAGES, LANGUAGES[0])


def _name(name: str, *, secure: bool) -> str:
    """``__Host-`` binds a cookie to this host and to https, where there is https."""
    return f"__Host-{name}" if secure else name


def _keep(
    answer: Response, name: str, value: str, *, secure: bool, seconds: int | None = None
) -> None:
    answer.set_cookie(
        _name(name, secure=secure),
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite="Strict",
    )
