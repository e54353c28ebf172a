"""All that a plugin author imports: ``from novaclips.plugin import hookimpl, ImageProviderSpec, ...``."""

from novaclips.errors import (
    AccountBlocked,
    AuthenticationFailed,
    BadImage,
    Billed,
    ConfigError,
    ContentRefused,
    InvalidRequest,
    JobLost,
    MissingKey,
    ModelUnavailable,
    NovaclipsError,
    OutcomeUnknown,
    PluginError,
    ProviderError,
    ProviderUnavailable,
    QuotaExhausted,
    RateLimited,
    RefusedAt,
    Retry,
    Scope,
)
from novaclips.hookspecs import (
    ImageProviderSpec,
    OutputWriterSpec,
    PromptEnhancerSpec,
    hookimpl,
)
from novaclips.style_pack import style_pack
from novaclips.untrusted.addresses import Address, BadAddress, is_loopback, may_follow
from novaclips.untrusted.answers import bound_body, bound_client
from novaclips.untrusted.pictures import Found, find_picture
from novaclips.untrusted.said import Said
from novaclips.visuals.image_generator.download import download
from novaclips.visuals.image_generator.enhancers import BasePromptEnhancer, Prompt, Style
from novaclips.visuals.image_generator.models import (
    JSON,
    Capabilities,
    Cost,
    Frame,
    GeneratedImage,
    ImageRequest,
    Resolution,
    Settings,
)
from novaclips.visuals.image_generator.providers.base import BaseImageProvider, JobImageProvider
from novaclips.visuals.image_generator.providers.ending import Answered, NoAnswer, NotSent
from novaclips.visuals.image_generator.providers.error_table import ErrorTable, Row
from novaclips.visuals.image_generator.providers.line import network_settings, requests_ending
from novaclips.visuals.image_generator.providers.options import unknown_options
from novaclips.visuals.image_generator.providers.patience import retry_after
from novaclips.visuals.image_generator.providers.sizes import legal_size, nearest_aspect, nearest_size
from novaclips.visuals.image_generator.writers import BaseOutputWriter

__all__ = [
    "JSON",
    "AccountBlocked",
    "Address",
    "Answered",
    "AuthenticationFailed",
    "BadAddress",
    "BadImage",
    "BaseImageProvider",
    "BaseOutputWriter",
    "BasePromptEnhancer",
    "Billed",
    "Capabilities",
    "ConfigError",
    "ContentRefused",
    "Cost",
    "ErrorTable",
    "Found",
    "Frame",
    "GeneratedImage",
    "ImageProviderSpec",
    "ImageRequest",
    "InvalidRequest",
    "JobImageProvider",
    "JobLost",
    "MissingKey",
    "ModelUnavailable",
    "NoAnswer",
    "NotSent",
    "NovaclipsError",
    "OutcomeUnknown",
    "OutputWriterSpec",
    "PluginError",
    "Prompt",
    "PromptEnhancerSpec",
    "ProviderError",
    "ProviderUnavailable",
    "QuotaExhausted",
    "RateLimited",
    "RefusedAt",
    "Resolution",
    "Retry",
    "Row",
    "Said",
    "Scope",
    "Settings",
    "Style",
    "bound_body",
    "bound_client",
    "download",
    "find_picture",
    "hookimpl",
    "is_loopback",
    "legal_size",
    "may_follow",
    "nearest_aspect",
    "nearest_size",
    "network_settings",
    "requests_ending",
    "retry_after",
    "style_pack",
    "unknown_options",
]
