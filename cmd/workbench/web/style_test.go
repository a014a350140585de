package web_test

import (
	"fmt"
	"math"
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// variables are those of the stylesheet in light, and in dark.
func variables(t *testing.T) (light, dark map[string]string) {
	t.Helper()
	text, err := os.ReadFile("assets/style.css")
	if err != nil {
		t.Fatal(err)
	}
	blocks := regexp.MustCompile(`:root \{([^}]*)\}`).FindAllStringSubmatch(string(text), -1)
	if len(blocks) != 2 {
		t.Fatalf("%d blocks of variables, want those of light and of dark", len(blocks))
	}
	light, dark = make(map[string]string), make(map[string]string)
	declared := regexp.MustCompile(`--([a-z0-9-]+):\s*(#[0-9a-f]{6})`)
	for _, v := range declared.FindAllStringSubmatch(blocks[0][1], -1) {
		light[v[1]], dark[v[1]] = v[2], v[2]
	}
	for _, v := range declared.FindAllStringSubmatch(blocks[1][1], -1) {
		if light[v[1]] == "" {
			t.Errorf("--%s is a colour of the dark only", v[1])
		}
		dark[v[1]] = v[2]
	}
	return light, dark
}

// luminance is that of WCAG 2.2, of a colour such as #1f5fa8.
func luminance(t *testing.T, color string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(color[1+2*i:3+2*i], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.04045 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}

func contrast(t *testing.T, a, b string) float64 {
	x, y := luminance(t, a), luminance(t, b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

// Texts stand out from what they stand on, in light and in dark, as WCAG AA wants it: 4.5
// to 1, and what is no text 3 to 1.
func TestContrast(t *testing.T) {
	const text, shape = 4.5, 3.0
	type pair struct {
		front, behind string
		least         float64
	}
	pairs := []pair{{"on-accent", "accent", text}, {"on-yes", "yes", text}, {"on-no", "no", text}, {"paper", "ink", text}}
	for _, behind := range []string{"paper", "card", "hover"} {
		for _, front := range []string{"ink", "soft", "accent", "yes", "no"} {
			pairs = append(pairs, pair{front, behind, text})
		}
	}
	for i := range 7 {
		a := fmt.Sprintf("a%d", i)
		pairs = append(pairs, pair{"ink", a + "-bg", text}, pair{a + "-ink", a + "-bg", text})
	}
	pairs = append(pairs, pair{"accent", "card", shape}, pair{"soft", "card", shape}) // bars and borders of fields
	light, dark := variables(t)
	for mode, colors := range map[string]map[string]string{"light": light, "dark": dark} {
		for _, p := range pairs {
			front, behind := colors[p.front], colors[p.behind]
			if front == "" || behind == "" {
				t.Fatalf("--%s or --%s is no colour", p.front, p.behind)
			}
			if c := contrast(t, front, behind); c < p.least {
				t.Errorf("%s: --%s on --%s has a contrast of %.2f, want %.1f", mode, p.front, p.behind, c, p.least)
			}
		}
	}
}

// The arguments have the colours that Okabe and Ito chose so that nobody confuses them; of
// yellow, which nobody can read on white, a darker one.
func TestArgumentColors(t *testing.T) {
	light, _ := variables(t)
	for i, want := range []string{"#e69f00", "#56b4e9", "#009e73", "#cc79a7", "#0072b2", "#d55e00"} {
		if got := light[fmt.Sprintf("a%d", i)]; got != want {
			t.Errorf("--a%d is %s, want %s", i, got, want)
		}
	}
}

// The script is one that a person can read.
func TestScriptIsShort(t *testing.T) {
	text, err := os.ReadFile("assets/script.js")
	if err != nil {
		t.Fatal(err)
	}
	if lines := strings.Count(string(text), "\n"); lines > 180 {
		t.Errorf("the script has %d lines", lines)
	}
	for _, bad := range []string{"eval(", "innerHTML", "http://", "https://", "document.write"} {
		if strings.Contains(string(text), bad) {
			t.Errorf("the script has %s", bad)
		}
	}
}
