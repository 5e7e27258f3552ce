"""The cookies: who is signed in, which language is spoken, and what waits for a sign-in.

Who comes back from a provider, or from an application, comes from another site: the two
cookies that have to be there then are *Lax*, hold nothing but chance, open nothing, and
last minutes. The session itself stays *Strict*.
"""

from flask import Request, Response

from gateway.patient.words import LANGUAGES

SESSION = "paravent"
LANGUAGE = "langue"
ENTRY, ASKED = "entree", "demande"
"""A sign-in that has begun; an application that asks to be let in."""
PROVIDER = "fournisseur"
"""At which provider somebody signed in here last, and has not signed out."""
MINUTES = 20 * 60
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


def provider(request: Request, *, secure: bool) -> str:
    """Return the key of the provider that signing out goes on to, or empty."""
    return request.cookies.get(_name(PROVIDER, secure=secure), "")


def keep_provider(answer: Response, key: str, *, secure: bool) -> None:
    """Have the browser know, until it closes, where its provider's session is left."""
    _keep(answer, PROVIDER, key, secure=secure)


def drop_provider(answer: Response, *, secure: bool) -> None:
    """Take the key of the provider back."""
    _keep(answer, PROVIDER, "", secure=secure, seconds=0)


def waiting(request: Request, name: str, *, secure: bool) -> str:
    """Return the id of what waits for this browser, or empty."""
    return request.cookies.get(_name(name, secure=secure), "")


def keep_waiting(answer: Response, name: str, value: str, *, secure: bool) -> None:
    """Have the browser bring an id when it comes back, from wherever it comes."""
    _keep(answer, name, value, secure=secure, seconds=MINUTES, samesite="Lax")


def drop_waiting(answer: Response, name: str, *, secure: bool) -> None:
    """Take the id of what waited back."""
    _keep(answer, name, "", secure=secure, seconds=0, samesite="Lax")


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
    answer: Response,
    name: str,
    value: str,
    *,
    secure: bool,
    seconds: int | None = None,
    samesite: str = "Strict",
) -> None:
    answer.set_cookie(
        _name(name, secure=secure),
        value,
        max_age=seconds,
        path="/",
        secure=secure,
        httponly=True,
        samesite=samesite,
    )
