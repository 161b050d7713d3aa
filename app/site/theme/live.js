/* live.js - brings the live page's numbers up to date once a second. */
const numbers = document.getElementById("numbers");
const rates = [];
let before;

function show(facts) {
	for (const place of numbers.querySelectorAll("[data-key]"))
		if (place.dataset.key in facts)
			place.textContent = facts[place.dataset.key];
	const meter = document.getElementById("memory");
	meter.max = facts.memory_limit_bytes;
	meter.value = facts.memory_bytes;
	if (before) {
		const seconds = Math.max((facts.uptime_ms - before.uptime_ms) / 1000, 0.001);
		rates.push(Math.max(0, facts.requests_count - before.requests_count) / seconds);
		if (rates.length > 60)
			rates.shift();
		draw();
	}
	before = facts;
}

function draw() {
	const most = Math.max(...rates, 4), from = 60 - rates.length;
	const points = rates.map((rate, i) => `${from + i} ${19.5 - 19 * rate / most}`).join("L");
	numbers.querySelector(".line").setAttribute("d", `M${points}`);
	numbers.querySelector(".area").setAttribute("d", `M${from} 20L${points}L59 20Z`);
	numbers.querySelector("[data-key=rate]").textContent = Math.round(rates.at(-1)).toLocaleString("en");
	document.getElementById("rate").hidden = false;
}

async function look() {
	if (!document.hidden)
		try {
			show(await (await fetch("live.json")).json());
			numbers.classList.remove("stale");
		} catch {
			numbers.classList.add("stale");
		}
	setTimeout(look, 1000);
}
look();
