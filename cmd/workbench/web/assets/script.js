"use strict";
// The pages work without this. It adds the keys: a label is stored and the next
// candidate shown without loading a whole page, and a decision that could not be stored
// is kept and tried again until it is.

const pending = "workbench-pending"; // a decision that is not stored yet
const retryAfter = 1000; // milliseconds
let busy = false;
let missed = false; // a key was pressed meanwhile: it was about a candidate that is gone
let turn = 0; // counts what was asked for: an answer that comes too late is not shown

const main = () => document.getElementById("main");

function say(text) {
	const status = document.getElementById("status");
	status.textContent = text || "";
	status.classList.toggle("on", Boolean(text));
}

// show puts the body of a page in the place of this one.
function show(html, title, url, push) {
	const fresh = new DOMParser().parseFromString(html, "text/html").getElementById("main");
	if (!fresh) return false;
	const votes = document.getElementById("votes");
	main().replaceWith(fresh);
	document.title = title + " · workbench";
	if (push && url) history.pushState(null, "", url);
	if (votes) document.getElementById("undo")?.setAttribute("action", "/undo" + location.search);
	scrollTo(0, 0);
	fresh.focus({preventScroll: true});
	return true;
}

// go shows another page.
async function go(url, push = true) {
	if (draft() && !await keep()) return;
	const mine = ++turn;
	try {
		const answer = await fetch(url, {headers: {Accept: "text/html"}});
		const text = await answer.text();
		if (mine !== turn) return;
		const title = new DOMParser().parseFromString(text, "text/html").title.replace(/ · workbench$/, "");
		say("");
		if (answer.redirected || !show(text, title, url, push)) location.href = url;
		for (const link of document.querySelectorAll(".top nav a")) {
			const current = link.pathname === location.pathname || link.pathname !== "/" && location.pathname.startsWith(link.pathname);
			current ? link.setAttribute("aria-current", "page") : link.removeAttribute("aria-current");
		}
	} catch {
		if (mine === turn) location.href = url;
	}
}

// draft is what stores the note as it is in its field, null if it is stored.
function draft() {
	const form = document.getElementById("note");
	if (!form || form.elements.text.value === form.elements.was.value) return null;
	return {method: "PUT", url: form.action, body: JSON.stringify({text: form.elements.text.value, was: form.elements.was.value})};
}

// stored takes over a note that is stored; what was typed since stays.
function stored(form, text) {
	if (!draft()) form.elements.text.value = text; // it was typed before the page was loaded anew
	form.elements.was.value = text;
}

// keep stores the note before something takes its place, and tells whether it is stored.
async function keep() {
	await send(draft());
	return !draft();
}

// send stores a decision, or takes one back. It goes on trying while the database is
// locked or the server does not answer.
async function send(request) {
	if (busy) {
		missed = true;
		return;
	}
	busy = true;
	turn++;
	sessionStorage.setItem(pending, JSON.stringify(request));
	document.getElementById("label")?.classList.add("waiting");
	for (;;) {
		try {
			const answer = await fetch(request.url, {
				method: request.method, body: request.body,
				headers: {Accept: "application/json", ...(request.body && {"Content-Type": "application/json"})},
			});
			const got = await answer.json().catch(() => ({said: "The server answers in a way that is not understood. Reload the page."}));
			if (!got.retry) {
				sessionStorage.removeItem(pending);
				const form = document.getElementById("note");
				if (got.main) show(got.main, got.title, got.url, true);
				else if (answer.ok && form?.action === request.url) stored(form, JSON.parse(request.body).text);
				say([got.said, missed && "A key that was pressed while something was being stored did nothing."].filter(Boolean).join(" "));
				missed = false;
				break;
			}
			say(got.said + " It is tried again until it is.");
		} catch {
			say("Not stored yet: the server does not answer. It is tried again until it does.");
		}
		await new Promise(done => setTimeout(done, retryAfter));
	}
	document.getElementById("label")?.classList.remove("waiting");
	busy = false;
}

// decide stores what a button of the label form says.
async function decide(form, button) {
	if (draft() && !await keep()) return;
	const was = Number(form.elements.was.value);
	send({method: "PUT", url: form.action, body: JSON.stringify({value: Number(button.value), was})});
}

async function undo() {
	if (!draft() || await keep()) send({method: "POST", url: "/undo" + location.search});
}

document.addEventListener("submit", event => {
	const form = event.target;
	if (form.id === "label") decide(form, event.submitter);
	else if (form.id === "undo") undo();
	else if (form.id === "note") { if (draft()) send(draft()); }
	else return;
	event.preventDefault();
});

// Steps between candidates need no whole page.
document.addEventListener("click", event => {
	const link = event.target.closest("a.step");
	if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
	event.preventDefault();
	if (busy) missed = true;
	else go(link.href);
});

addEventListener("popstate", () => go(location.href, false));

document.addEventListener("keydown", event => {
	const help = document.getElementById("help");
	const typing = event.target.closest("input, textarea, select");
	const stores = typing?.form?.id === "note" && event.key === "Enter" && (event.ctrlKey || event.metaKey);
	if (stores) typing.form.requestSubmit();
	if (typing && (event.key === "Escape" || stores)) typing.blur();
	if (typing || help.open || event.altKey || event.metaKey) return;
	if (event.ctrlKey) {
		if (event.key === "z" && document.getElementById("undo")) { event.preventDefault(); undo(); }
		return;
	}
	const key = CSS.escape(event.key);
	const field = document.querySelector(`[data-focus="${key}"]`);
	const target = field || document.querySelector(`[data-key="${key}"], [data-key2="${key}"]`);
	if (!target || event.repeat && target.closest("form")) return;
	event.preventDefault();
	field ? field.focus() : target.click();
});

const open = document.getElementById("help-open");
open.hidden = false;
open.addEventListener("click", () => document.getElementById("help").showModal());

addEventListener("pagehide", () => {
	if (draft() && !sessionStorage.getItem(pending)) sessionStorage.setItem(pending, JSON.stringify(draft()));
});

// What was not stored when the page was left is stored now.
const left = sessionStorage.getItem(pending);
if (left) send(JSON.parse(left));
