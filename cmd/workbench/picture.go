package main

import (
	"io"

	"github.com/urfave/cli/v2"

	"workbench/learning/chart"
)

// pictureFlags name files to draw into, beside the result.
func pictureFlags() []string { return []string{"reliability", "heat-map"} }

// pictureFlag is one of pictureFlags.
func pictureFlag(name, usage string) cli.Flag {
	return &cli.StringFlag{Name: name, Usage: usage + " into `FILE`, .png or .svg, too"}
}

// checkPicture refuses a file whose name does not end like a picture's.
func (c *call) checkPicture(flag string) error {
	name := c.String(flag)
	if _, ok := chart.FormatOf(name); !ok && c.IsSet(flag) {
		return usagef("%s: --%s %s: the name must end in .png or .svg", c.Command.Name, flag, name)
	}
	return nil
}

// writePicture writes a picture into a file whose name was checked.
func writePicture(path string, picture *chart.Picture) error {
	format, _ := chart.FormatOf(path)
	return writeFile(path, func(w io.Writer) error { return picture.Write(w, format) })
}
