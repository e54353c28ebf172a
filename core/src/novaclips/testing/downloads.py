"""The download of a picture."""

from __future__ import annotations

from novaclips.testing.messages import Answer, Recorded, json_answer
from novaclips.testing.service import Service


def send_file(service: Service, request: Recorded, path: str) -> Answer:
    """Answer the download of a picture."""
    picture = service.gallery.get(path)
    if picture is None:
        return json_answer({"detail": "The requested file does not exist."}, 404)
    hit = None
    if service.url.endswith(request.headers.get("Host", "")):  # else a redirect led here: once is enough
        hit = service.script.take("file", picture.protocol, picture.prompt, picture.call)
    if hit and hit.instead:
        return service.fill(hit.instead, path)
    data = picture.draw()
    answer = Answer(body=hit.spoil(data) if hit and hit.spoil else data, content_type=picture.content_type)
    return hit.change(answer) if hit and hit.change else answer
