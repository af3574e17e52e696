/** Debian's Chromium, or the one in CHROMIUM. Root, as in a container, has no sandbox. */
export const browserOptions = {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
};
