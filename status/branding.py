"""A page's accent colour, made readable: contrast by WCAG 2.2 (relative luminance, 1.4.3)."""

import colorsys

LIGHT_GROUND = "#fbe5e6"
DARK_GROUND = "#332b16"
"""The grounds of each theme that are hardest to read on: what is readable there is so everywhere (tests/status)."""

READABLE = 4.5


def stylesheet_of(accent_color: str) -> str:
    """The style sheet that overrides the accent; empty for a page that hasn't chosen one."""
    if not accent_color:
        return ""
    light = readable(accent_color, LIGHT_GROUND)
    dark = readable(accent_color, DARK_GROUND)
    return f":root{{--accent:{light}}}@media screen and (prefers-color-scheme:dark){{:root{{--accent:{dark}}}}}\n"


def readable(color: str, ground: str) -> str:
    """The colour itself, or the nearest lighter or darker shade of it with a contrast of 4.5 to the ground."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*_channels(color))
    step = 0.01 if luminance(ground) < 0.5 else -0.01
    while contrast(color, ground) < READABLE and 0 < lightness + step < 1:
        lightness += step
        color = _hex(colorsys.hls_to_rgb(hue, lightness, saturation))
    return color


def contrast(first: str, second: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(first), luminance(second)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: str) -> float:
    """The relative luminance of `#rrggbb`, 0 to 1."""
    red, green, blue = (_linear(channel) for channel in _channels(color))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _channels(color: str) -> tuple[float, float, float]:
    red, green, blue = (int(color[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def _hex(channels: tuple[float, float, float]) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)
