// The line moves by itself.
import { renew } from "./live.js";

const queue = document.getElementById("queue");
if (queue) setInterval(() => { if (!document.hidden) renew(location.href, ["queue"]); }, 1000 * Number(queue.dataset.renew));
