// Runs before anything is drawn, so that a chosen theme does not flash. Not a module.
try {
  const theme = localStorage.getItem('scoreboard.theme');
  if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
  // Storage may be forbidden; then the system's theme stands.
}
