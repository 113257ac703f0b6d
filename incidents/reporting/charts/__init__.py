"""The geometry of our charts: across in per cent of the width, down in pixels, so that one drawing fits any screen."""
