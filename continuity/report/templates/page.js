"use strict";
// The cuts are inlined as text and become blobs here: every browser can seek in a blob, not all in a data URI.
for (const video of document.querySelectorAll("video[data-inline]")) {
  const bytes = Uint8Array.from(atob(document.getElementById(video.dataset.inline).textContent), (c) => c.charCodeAt(0));
  video.src = URL.createObjectURL(new Blob([bytes], { type: "video/mp4" }));
  video.preload = "metadata";
}

function playFrom(video, seconds) {
  const start = () => {
    video.currentTime = seconds + 0.01; // just inside the shot, not on the last frame of the one before
    video.play().catch(() => {}); // a browser may refuse to play; the frame is shown all the same
  };
  if (video.readyState >= 1) return start();
  video.addEventListener("loadedmetadata", start, { once: true });
  video.preload = "auto";
  video.load();
}

for (const episode of document.querySelectorAll(".episode")) {
  const video = episode.querySelector("video");
  const buttons = [...episode.querySelectorAll("button[data-seek]")];
  if (!video) {
    for (const button of buttons) button.disabled = true;
    continue;
  }
  for (const button of buttons) button.addEventListener("click", () => playFrom(video, Number(button.dataset.seek)));
  video.addEventListener("timeupdate", () => {
    for (const button of buttons) {
      const here = video.currentTime >= Number(button.dataset.seek) && video.currentTime < Number(button.dataset.end);
      if (here) button.setAttribute("aria-current", "true");
      else button.removeAttribute("aria-current");
    }
  });
}

// A link into something folded unfolds it; not every browser does so by itself.
function unfold() {
  const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  for (let fold = target?.closest("details"); fold; fold = fold.parentElement.closest("details")) fold.open = true;
  if (target?.closest("details")) target.scrollIntoView();
}
addEventListener("hashchange", unfold);
if (location.hash) unfold();

const players = [...document.querySelectorAll("video, audio")];
for (const player of players) {
  player.addEventListener("play", () => {
    for (const other of players) if (other !== player) other.pause();
  });
}
