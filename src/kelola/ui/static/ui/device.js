/* Keeps the offline page on this device. Without encryption browsers allow no such thing. */
(function () {
  "use strict";
  if (window.isSecureContext && "serviceWorker" in navigator) {
    window.addEventListener("load", () => {
      navigator.serviceWorker.register("/pekerja/", {scope: "/"}).catch(() => {});
    });
  }
})();
