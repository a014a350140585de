// What the tests ask of a page in a browser. It runs in every page before the page's own
// script. Every function returns a list of what is wrong.
"use strict";

window.shifts = 0; // how far what is on the screen has moved by itself, in all
new PerformanceObserver(list => { for (const e of list.getEntries()) window.shifts += e.value })
	.observe({type: "layout-shift", buffered: true});

window.checks = (() => {
	const named = e => e.outerHTML.replace(/\s+/g, " ").slice(0, 90);
	const shown = e => e.checkVisibility({visibilityProperty: true, contentVisibilityAuto: true});
	const all = selector => [...document.querySelectorAll(selector)];

	// structure checks what screen readers go by, beside names.
	function structure() {
		const wrong = [];
		if (!document.documentElement.lang) wrong.push("the page has no language");
		if (!document.title.trim()) wrong.push("the page has no title");
		if (all("main").length != 1) wrong.push(`${all("main").length} elements main`);
		if (all("h1").filter(shown).length != 1) wrong.push(`${all("h1").filter(shown).length} headings h1`);
		let level = 0;
		for (const h of all("h1, h2, h3, h4, h5, h6").filter(shown)) {
			if (h.localName[1] > level + 1) wrong.push(`${named(h)} comes behind level ${level}`);
			level = Number(h.localName[1]);
		}
		const ids = new Set();
		for (const e of all("[id]")) {
			if (ids.has(e.id)) wrong.push(`two elements have the id ${e.id}`);
			ids.add(e.id);
		}
		for (const name of ["for", "aria-labelledby", "aria-describedby", "aria-controls"])
			for (const e of all(`[${name}]`))
				for (const id of e.getAttribute(name).split(" "))
					if (!ids.has(id)) wrong.push(`${named(e)} names ${id}, which is not there`);
		for (const e of all("[tabindex]")) if (e.tabIndex > 0) wrong.push(`${named(e)} has a place of its own in the order`);
		for (const e of all("th:not([scope])")) wrong.push(`${named(e)} has no scope`);
		for (const e of all("img:not([alt])")) wrong.push(`${named(e)} has no alternative`);
		for (const e of all("img")) if (!e.complete || !e.naturalWidth) wrong.push(`${named(e)} does not load`);
		for (const e of all("ol, ul")) if ([...e.children].some(li => li.localName != "li")) wrong.push(`${named(e)} has more than items`);
		return wrong;
	}

	// fits checks that nothing makes the page wider than the window, or is cut off by it.
	function fits() {
		const width = document.documentElement.clientWidth;
		const wrong = [];
		if (document.documentElement.scrollWidth > width || document.body.scrollWidth > width) wrong.push(`the page is ${document.documentElement.scrollWidth} wide`);
		const within = e => { // something that scrolls, or hides on purpose
			for (let up = e.parentElement; up && up != document.body; up = up.parentElement) if (getComputedStyle(up).overflowX != "visible") return true;
		};
		for (const e of all("body *")) {
			const at = e.getBoundingClientRect();
			if (at.width && (at.right > width + .5 || at.left < -.5) && shown(e) && !within(e) && !e.matches(".skip, .vh, .vh *")) wrong.push(`${named(e)} is at ${at.left} to ${at.right}`);
		}
		return wrong;
	}

	// targets checks that fingers can hit what is to be pressed: WCAG 2.2, 2.5.8.
	function targets() {
		const wrong = [];
		for (const e of all("button, select, input:not([type=hidden]), textarea, summary, nav a, a.step").filter(shown)) {
			const at = e.getBoundingClientRect();
			if (at.height < 24 || at.width < 24) wrong.push(`${named(e)} is only ${at.width} × ${at.height}`);
		}
		return wrong;
	}

	// Colours are [red, green, blue, alpha], of 0 to 1.
	const canvas = new OffscreenCanvas(1, 1).getContext("2d", {willReadFrequently: true});
	const known = new Map();
	function colour(text) {
		if (!known.has(text)) {
			canvas.clearRect(0, 0, 1, 1);
			canvas.fillStyle = text;
			canvas.fillRect(0, 0, 1, 1);
			known.set(text, [...canvas.getImageData(0, 0, 1, 1).data].map(x => x / 255));
		}
		return known.get(text);
	}
	const over = (top, below) => [0, 1, 2].map(i => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
	const light = c => [.2126, .7152, .0722].reduce((sum, share, i) => sum + share * (c[i] <= .04045 ? c[i] / 12.92 : ((c[i] + .055) / 1.055) ** 2.4), 0);
	const ratio = (a, b) => (Math.max(light(a), light(b)) + .05) / (Math.min(light(a), light(b)) + .05);

	// behind is the colour behind an element's text, and how opaque the text is.
	function behind(e) {
		const layers = [];
		let opacity = 1;
		for (let up = e; up; up = up.parentElement) {
			const style = getComputedStyle(up);
			layers.push([...colour(style.backgroundColor)]);
			if (style.opacity < 1) opacity *= style.opacity;
			if (up.localName == "dialog") break;
		}
		return [layers.reverse().reduce((below, top) => over(top, below), colour("Canvas")), opacity];
	}

	// contrast checks the colours of all texts: WCAG 2.2, 1.4.3, level AA. What cannot be
	// used now is exempt.
	function contrast() {
		const wrong = new Set();
		const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
		const done = new Set();
		for (let node; node = walker.nextNode();) {
			const e = node.parentElement;
			if (!node.data.trim() || done.has(e) || !shown(e) || e.closest(":disabled, [aria-disabled=true], .vh, .skip, script, title, option")) continue;
			done.add(e);
			const style = getComputedStyle(e);
			const [back, opacity] = behind(e);
			const ink = [...colour(e.closest("svg") ? style.fill : style.color)];
			ink[3] *= opacity;
			const size = parseFloat(style.fontSize);
			const needed = size >= 24 || size >= 18.66 && style.fontWeight >= 700 ? 3 : 4.5;
			const is = ratio(over(ink, back), back);
			if (is < needed) wrong.add(`${is.toFixed(2)} to 1, less than ${needed}: ${style.color} on ${back.map(x => Math.round(x * 255))}: ${named(e)}`);
		}
		for (const e of all("input:not([type=hidden]), select, textarea").filter(shown)) { // 1.4.11, and their own texts
			const style = getComputedStyle(e);
			const own = over(colour(style.backgroundColor), behind(e.parentElement)[0]);
			const edge = ratio(colour(style.borderTopColor), behind(e.parentElement)[0]);
			if (edge < 3) wrong.add(`the edge has ${edge.toFixed(2)} to 1: ${named(e)}`);
			if (ratio(colour(style.color), own) < 4.5) wrong.add(`its text has less than 4.5 to 1: ${named(e)}`);
		}
		return [...wrong];
	}

	// focus says where the focus is: on what, and what is wrong with it.
	function focus() {
		const e = document.activeElement;
		if (!e || e == document.body) return null;
		const at = e.getBoundingClientRect(), style = getComputedStyle(e), wrong = [];
		const after = e.matches(".items .item-id") ? e.closest(".item").getBoundingClientRect() : at;
		if (style.outlineStyle == "none" || parseFloat(style.outlineWidth) < 2) wrong.push("it has no outline");
		if (ratio(colour(style.outlineColor), behind(e.parentElement)[0]) < 3) wrong.push("its outline is faint");
		if (at.right < 1 || at.left > innerWidth - 1 || at.bottom < 1 || at.top > innerHeight - 1) wrong.push("it is outside of the window");
		const top = document.elementFromPoint(at.left + Math.min(at.width / 2, 40), at.top + at.height / 2);
		if (top && top != e && !e.contains(top) && !top.contains(e)) wrong.push(`${named(top)} covers it`);
		const order = [...document.querySelectorAll("*")].indexOf(e);
		return {order, what: named(e), wrong};
	}

	// focusable is how many elements the keyboard must reach.
	const focusable = () => all("a[href], button:not(:disabled), input:not([type=hidden]), select, textarea, summary")
		.filter(e => shown(e) || e.matches(".skip")).length;

	return {structure, fits, targets, contrast, focus, focusable};
})();
