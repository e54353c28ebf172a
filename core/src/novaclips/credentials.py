"""Keys and the addresses that they go to: an address counts only from a source that is as strong as the key's own.

The user's own environment is stronger than a project's ``.env``, which somebody else may have written. So a project
cannot have a key that lies in the user's shell sent to a host of its choice, nor choose in whose name it is used.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from novaclips.environment import OWN, source
from novaclips.errors import ConfigError, MissingKey
from novaclips.untrusted.addresses import Address, BadAddress

# A key travels in a header: what is no visible ASCII would break it, or smuggle another header in.
_KEY = re.compile(r"[!-~]+")


def key(env: Mapping[str, str], provider: str, names: Collection[str], where: str = "") -> str:
    """Return the first of these variables that is set, without the space around it.

    ``where`` is the page on which the service hands out keys. MissingKey when none is set, or when its value holds a
    character that no key has; the value is not shown.
    """
    for name in names:
        if value := env.get(name, "").strip():
            if not _KEY.fullmatch(value):
                copy_it = f" from {where}" if where else ""
                raise MissingKey(f"{name} holds a character that no key has; copy the key anew{copy_it}")
            return value
    get_one = f"get a key at {where} and " if where else ""
    raise MissingKey(
        f"provider {provider!r} needs {' or '.join(names)}; {get_one}set it in the environment or in the project's"
        " .env, or try --provider storyboard (no key)"
    )


def address(
    env: Mapping[str, str], name: str, default: str, *, key_env: Collection[str], own: Collection[str] = ()
) -> Address:
    """Return the address that a variable holds, or the default; ConfigError when it must not be used.

    ``key_env`` names the variables that may hold the key which goes there. ``own`` are hosts of the service beside the
    default's; they may have the key whoever names them.
    """
    text = env.get(name, "").strip()
    usual = Address.parse(default)
    if not text:
        return usual
    try:
        place = Address.parse(text)
    except BadAddress as exc:
        shown = name if "@" in text else f"{name}={text!r}"
        raise ConfigError(f"{shown} is not an address; write it like {default} ({exc})") from exc
    if not is_own(place, (usual.host, *own)):
        _check_trust(env, name, place, key_env)
    return place


def is_own(place: Address, hosts: Collection[str]) -> bool:
    """Say whether an address is one of a service's own: https, on its usual port, at one of these hosts or below."""
    if (place.scheme, place.port) != ("https", 443):
        return False
    return place.host in hosts or place.host.endswith(tuple(f".{host}" for host in hosts))


def beside_key(env: Mapping[str, str], name: str, key_env: Collection[str]) -> str:
    """Return a variable that goes along with a key, as an organisation does; empty where it is not set.

    ConfigError when the project's ``.env`` would set it for a key of the user's own.
    """
    if (stronger := _stronger_key(env, name, key_env)) is not None:
        raise ConfigError(
            f"{name} is set in {source(env, name)}, and {stronger} in {OWN}: a project does not say in whose name your"
            f" key is used; set {name} in {OWN} too, or take it out of the file"
        )
    return env.get(name, "").strip()


def _check_trust(env: Mapping[str, str], name: str, place: Address, key_env: Collection[str]) -> None:
    if (stronger := _stronger_key(env, name, key_env)) is not None:
        raise ConfigError(
            f"{name} is set in {source(env, name)}, and {stronger} in {OWN}: a project does not say where your key"
            f" goes. If {place.netloc} may have it, set {name} in {OWN} too; else take it out of the file"
        )
    is_keyed = any(source(env, variable) for variable in key_env)
    if place.scheme == "http" and is_keyed and not place.is_loopback and source(env, name) != OWN:
        raise ConfigError(
            f"{name} is set in {source(env, name)} to http://{place.netloc}: a key would travel there for all to read;"
            f" write https://, or set {name} in {OWN}"
        )


def _stronger_key(env: Mapping[str, str], name: str, key_env: Collection[str]) -> str | None:
    """Return the variable of a key whose source is stronger than that of another variable."""
    key_name = next((variable for variable in key_env if source(env, variable)), None)
    if key_name is None or not source(env, name):
        return None
    return key_name if source(env, key_name) == OWN != source(env, name) else None
