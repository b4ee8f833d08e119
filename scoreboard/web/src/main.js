import './views/app.js';
