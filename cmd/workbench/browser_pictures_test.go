package main

import (
	"bytes"
	"cmp"
	"context"
	"flag"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/chromedp/chromedp"
)

var pictures = flag.Bool("pictures", false, "take the pictures of pages in docs/serve anew")

// picturesDir is where the documentation has its pictures of pages.
const picturesDir = "../../docs/serve"

// Pictures are small: bytes of one, and of all.
const mostOfPicture, mostOfPictures = 40 << 10, 600 << 10

// Pages are shown in the window of a desk, one half light and the other dark, and in
// that of a telephone, light beside dark.
const (
	deskWidth, deskHeight   = 1600, 820
	phoneWidth, phoneHeight = 400, 760
)

// TestPictures takes the pictures of the documentation with -pictures. Without it, it
// checks that they are there and small.
func TestPictures(t *testing.T) {
	if *pictures {
		takePictures(t, startBrowser(t))
	}
	files, err := filepath.Glob(picturesDir + "/*.png")
	if err != nil || len(files) == 0 {
		t.Fatalf("no pictures: %v", err)
	}
	all := int64(0)
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil {
			t.Fatal(err)
		}
		if all += info.Size(); info.Size() > mostOfPicture {
			t.Errorf("%s has %d KiB", file, info.Size()>>10)
		}
	}
	if all > mostOfPictures {
		t.Errorf("the pictures have %d KiB in all", all>>10)
	}
}

// pictureLFs are labeling functions that the pictures show being edited.
const pictureLFs = `candidate: Spouse(person1, person2)

lfs:
  - name: LF_husband_wife
    label: 1
    terms: [husband, wife, spouse]
    in: between
  - name: LF_familial_relationship
    label: -1
    terms: [father, mother, sister, brother, uncle]
    in: between
  - name: LF_other_relationship
    label: -1
    terms: [boyfriend, girlfriend, boss, employee]
    in: between
`

func takePictures(t *testing.T, browser context.Context) {
	dir := servedDir(t)
	if err := os.WriteFile(filepath.Join(dir, "lfs.yaml"), []byte(pictureLFs), 0o644); err != nil {
		t.Fatal(err)
	}
	first, _ := startServe(t, dir, "--model", "best", "--lfs", "lfs.yaml")
	x := newTab(t, browser, first)
	x.open("/candidates/243?split=1")
	for _, key := range "tftft" {
		x.decide(string(key))
	}
	at := x.where()
	pages := []struct{ name, path string }{
		{"overview", "/"}, {"candidates", "/candidates?lf=LF_distant_supervision_last_names&order=disagreement"}, {"candidate", at}, {"lfs", "/lfs?split=1&by=gold"},
		{"lf", "/lfs/LF_other_relationship?split=1&by=gold"}, {"edit", "/edit?split=1&by=gold"}, {"agreement", "/agreement"},
		{"model", "/models/best?split=1&by=gold"}, {"recent", "/recent"},
	}
	for _, p := range pages {
		height := int64(deskHeight)
		if p.name == "lfs" { // with the heat map
			height = 1290
		}
		x.resize(deskWidth, height)
		x.open(p.path)
		if p.name == "edit" {
			x.do(chromedp.Click("#test"))
			x.wait(`document.getElementById("tested")`)
			look[bool](x, `document.activeElement.blur() ?? true`)
		}
		light, dark := x.inBoth()
		half := light.Bounds()
		half.Min.X = half.Max.X / 2
		draw.Draw(light, half, dark, half.Min, draw.Src)
		save(t, p.name, light)

		x.do(chromedp.EmulateViewport(phoneWidth, phoneHeight, chromedp.EmulateTouch))
		light, dark = x.inBoth()
		both := image.NewRGBA(image.Rect(0, 0, 2*phoneWidth, phoneHeight))
		draw.Draw(both, light.Bounds(), light, image.Point{}, draw.Src)
		draw.Draw(both, light.Bounds().Add(image.Pt(phoneWidth, 0)), dark, image.Point{}, draw.Src)
		save(t, p.name+"-phone", both)
	}
}

// inBoth is what the window shows, in light and in dark.
func (x *tab) inBoth() (light, dark draw.Image) {
	x.t.Helper()
	x.scheme("light")
	light = x.picture()
	x.scheme("dark")
	return light, x.picture()
}

// picture is what the window shows.
func (x *tab) picture() draw.Image {
	x.t.Helper()
	x.ready()
	look[string](x, `document.documentElement.style.scrollbarGutter = "auto"`) // no bar is in it
	data, err := chromedp.Run(x.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		x.t.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		x.t.Fatal(err)
	}
	picture := image.NewRGBA(img.Bounds())
	draw.Draw(picture, img.Bounds(), img, image.Point{}, draw.Src)
	return picture
}

// save writes a picture with as many colours as a small file can have.
func save(t *testing.T, name string, img image.Image) {
	t.Helper()
	count := make(map[color.RGBA]int)
	bounds := img.Bounds()
	at := func(x, y int) color.RGBA { return color.RGBAModel.Convert(img.At(x, y)).(color.RGBA) }
	for y := range bounds.Dy() {
		for x := range bounds.Dx() {
			count[at(x, y)]++
		}
	}
	for most := 64; most > 8; most = most * 3 / 4 {
		palette := choose(count, most)
		nearest := make(map[color.RGBA]uint8)
		for c := range count {
			nearest[c] = uint8(palette.Index(c))
		}
		small := image.NewPaletted(bounds, palette)
		for y := range bounds.Dy() {
			for x := range bounds.Dx() {
				small.SetColorIndex(x, y, nearest[at(x, y)])
			}
		}
		var b bytes.Buffer
		if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, small); err != nil {
			t.Fatal(err)
		}
		if b.Len() > mostOfPicture {
			continue
		}
		if err := os.MkdirAll(picturesDir, 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(picturesDir, name+".png"), b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Errorf("the picture %s is not small with few colours either", name)
}

// choose chooses colours one after the other: that which would be shown worst without it.
func choose(count map[color.RGBA]int, most int) (palette color.Palette) {
	all := slices.SortedFunc(maps.Keys(count), func(a, b color.RGBA) int {
		return cmp.Or(cmp.Compare(count[b], count[a]), cmp.Compare(a.R, b.R), cmp.Compare(a.G, b.G), cmp.Compare(a.B, b.B))
	})
	off := make([]int, len(all)) // how far the nearest colour is that was chosen
	for i := range off {
		off[i] = 3 << 16
	}
	for range min(most, len(all)) {
		worst := 0
		for i, c := range all {
			if count[c]*off[i] > count[all[worst]]*off[worst] {
				worst = i
			}
		}
		chosen := all[worst]
		palette = append(palette, chosen)
		for i, c := range all {
			r, g, b := int(c.R)-int(chosen.R), int(c.G)-int(chosen.G), int(c.B)-int(chosen.B)
			off[i] = min(off[i], r*r+g*g+b*b)
		}
	}
	return palette
}
