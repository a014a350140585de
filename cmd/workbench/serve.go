package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"

	"github.com/urfave/cli/v2"

	"workbench/annotations/matrix"
	"workbench/cmd/workbench/web"
	"workbench/learning"
	"workbench/session"
)

func (e *env) serve() *cli.Command {
	return e.command(command{
		name:  "serve",
		usage: "look at candidates and label them by hand, in a browser",
		description: "It prints a URL with a token, which lets in whoever opens it, until it is interrupted. Labels are stored as\n" +
			"gold labels of the annotator with each key, so that Snorkel reads them.",
		examples: []string{
			"workbench serve --db snorkel.db --open",
			"workbench serve --db snorkel.db --annotator ann --model best",
			"workbench serve --db snorkel.db --read-only --listen 0.0.0.0:8080 --allow-remote",
		},
		flags: []cli.Flag{
			&cli.StringFlag{Name: "annotator", Usage: "whose gold labels are given, `NAME`", DefaultText: "the user's name"},
			modelFlag(),
			&cli.StringFlag{Name: "lfs", Usage: "`FILE` of labeling functions (YAML) that can be edited and tested"},
			&cli.IntFlag{Name: "key-group", Usage: "group of the label keys", DefaultText: "the model's, or 0"},
			cardinalityFlag(),
			&cli.StringFlag{Name: "listen", Usage: "`ADDRESS` and port to listen at; of port 0 any that is free", Value: "127.0.0.1:0"},
			&cli.BoolFlag{Name: "allow-remote", Usage: "let --listen name an address that other machines reach; what they send and see is not encrypted"},
			&cli.BoolFlag{Name: "read-only", Usage: "only look; the database is opened for reading"},
			&cli.BoolFlag{Name: "open", Usage: "open the URL in a browser"},
		},
		writes: true,
		action: (*call).serve,
	})
}

func (c *call) serve() error {
	annotator, err := c.ownAnnotator()
	if err != nil {
		return err
	}
	address, remote, err := c.listenAddress()
	if err != nil {
		return err
	}
	opts := web.Options{ReadOnly: c.Bool("read-only"), Annotator: annotator, ModelName: c.String("model")}
	if opts.Cardinality, err = c.givenCardinality(); err != nil {
		return err
	}
	opts.Records = c.servedRecords()
	if opts.LFs, err = c.editedLFs(); err != nil {
		return err
	}
	s, err := c.openToServe(opts.ReadOnly)
	if err != nil {
		return err
	}
	defer s.Close()
	opts.Session = s
	if err := c.believedBy(s, &opts); err != nil {
		return err
	}
	opts.Report = func(err error) { c.env.term.print("%s", message(err)) }
	site, err := web.New(opts)
	if err != nil {
		return err
	}
	defer site.Close()
	defer context.AfterFunc(c.Context.Context, site.Stop)()
	debug.SetGCPercent(gcPercent)
	listener, err := net.ListenTCP("tcp", address)
	if err != nil {
		return fmt.Errorf("--listen %s: %w", c.String("listen"), unwrapped(err))
	}
	names := []string{}
	shown := address.IP.String()
	if machine, err := os.Hostname(); err == nil && remote {
		names = append(names, machine)
		if address.IP == nil || address.IP.IsUnspecified() {
			shown = machine
		}
	}
	guard := web.NewGuard(listener.Addr(), remote, names...)
	c.printf("%s\n", guard.URL(shown))
	if err := c.env.out.Flush(); err != nil {
		return err
	}
	if c.Bool("open") {
		remove, err := openBrowser(guard.URL(shown))
		defer remove()
		if err != nil {
			c.env.term.note("note: no browser could be started (%v); open the URL yourself", err)
		}
	}
	site.Prepare()
	return serveUntil(c.Context.Context, listener, guard.Handler(site.Handler()))
}

// gcPercent keeps memory small: most of it stays as long as the server does, and what
// requests leave behind is little.
const gcPercent = 40

// ownAnnotator is the annotator who labels, "" if nobody does.
func (c *call) ownAnnotator() (string, error) {
	name := c.String("annotator")
	switch {
	case c.IsSet("annotator") && name == "":
		return "", usagef("serve: --annotator needs a name")
	case name != "":
		return name, nil
	}
	if me, err := user.Current(); err == nil && me.Username != "" {
		return me.Username, nil
	}
	if name = os.Getenv("USER"); name == "" && !c.Bool("read-only") {
		return "", usagef("serve: say --annotator NAME: this machine does not tell who you are")
	}
	return name, nil
}

// listenAddress is where to listen. Other machines reach it only if that was asked for.
func (c *call) listenAddress() (address *net.TCPAddr, remote bool, err error) {
	text := c.String("listen")
	if address, err = net.ResolveTCPAddr("tcp", text); err != nil {
		return nil, false, usagef("serve: --listen %s is no address with a port, such as 127.0.0.1:8080", text)
	}
	remote = !address.IP.IsLoopback()
	switch {
	case remote && !c.Bool("allow-remote"):
		return nil, false, usagef("serve: --listen %s can be reached from other machines; --allow-remote agrees to that", text)
	case !remote && c.Bool("allow-remote"):
		return nil, false, usagef("serve: --allow-remote goes with an address that other machines reach, such as --listen 0.0.0.0:8080")
	}
	return address, remote, nil
}

// shortWait is how long another program's lock is waited for, unless --busy-timeout says
// so: a page says that there is one, and tries again.
const shortWait = 300 * time.Millisecond

// openToServe opens the database, of which what others change is noticed.
func (c *call) openToServe(readOnly bool) (*session.Session, error) {
	if readOnly {
		if c.Bool("backup") || c.Bool("with-triggers") {
			return nil, usagef("serve: --backup and --with-triggers go without --read-only")
		}
		return c.open(session.Watch(), session.BusyTimeout(shortWait))
	}
	return c.openToWrite(session.Watch(), session.BusyTimeout(shortWait))
}

// believedBy reads the model of --model.
func (c *call) believedBy(s *session.Session, opts *web.Options) (err error) {
	if c.String("model") == majorityVoteModel {
		return usagef("serve: --model %s is no model that is kept; fit --save makes one", majorityVoteModel)
	}
	var model learning.Model
	if model, err = c.model(s); err != nil {
		return err
	}
	opts.Model, opts.KeyGroup = model, c.Int("key-group")
	if model == nil {
		return nil
	}
	about := model.Summary()
	switch {
	case !c.IsSet("key-group"):
		opts.KeyGroup = about.KeyGroup
	case opts.KeyGroup != about.KeyGroup:
		return fmt.Errorf("%s: the model belongs to key group %d, not %d", c.String("model"), about.KeyGroup, opts.KeyGroup)
	}
	if opts.Cardinality != 0 && opts.Cardinality != about.Cardinality {
		return fmt.Errorf("%s: the model has cardinality %d, not %d", c.String("model"), about.Cardinality, opts.Cardinality)
	}
	return nil
}

// editedLFs reads the file of --lfs, nil if there is none.
func (c *call) editedLFs() (*web.LFFile, error) {
	path := c.String("lfs")
	if path == "" {
		if c.IsSet("lfs") {
			return nil, usagef("serve: --lfs names no file")
		}
		return nil, nil
	}
	draft, err := c.readLFs(path)
	if err != nil {
		return nil, notRead(path, err)
	}
	return &web.LFFile{Name: filepath.Base(path), Draft: draft,
		Read: func() (string, error) { return readDocument(c.Context.Context, path) },
		Write: func(text string) error {
			return writeFile(path, func(w io.Writer) error { _, err := io.WriteString(w, text); return err })
		}}, nil
}

// servedRecords write what other commands write with --format json.
func (c *call) servedRecords() web.Records {
	return web.Records{
		LFStats: func(stats []matrix.LFStat, withGold, binary bool, learned map[string]float64) any {
			return lfStatsTable(stats, withGold, binary, learned).records()
		},
		Tests: func(tests []*learning.LFTest, k int) any { return testTable(tests, k).records() },
		Models: func(models []session.Model) (any, error) {
			t, err := modelsTable(models)
			if err != nil {
				return nil, err
			}
			return t.records(), nil
		},
	}
}

// How long a visitor may take, and how long one is waited for at the end.
const (
	headerTimeout = 5 * time.Second
	readTimeout   = 20 * time.Second
	writeTimeout  = 2 * time.Minute
	idleTimeout   = 2 * time.Minute
	lastWait      = 500 * time.Millisecond
	longestHeader = 1 << 16
)

// serveUntil serves until the context ends, and lets what is being answered come to its
// end, if it does not take long. That it is interrupted is how it ends.
func serveUntil(ctx context.Context, listener net.Listener, pages http.Handler) error {
	server := &http.Server{Handler: pages, ReadHeaderTimeout: headerTimeout, ReadTimeout: readTimeout, WriteTimeout: writeTimeout,
		IdleTimeout: idleTimeout, MaxHeaderBytes: longestHeader, ErrorLog: log.New(io.Discard, "", 0)}
	served := make(chan error, 1)
	go func() { served <- server.Serve(listener) }()
	select {
	case err := <-served:
		return err
	case <-ctx.Done():
	}
	last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWait)
	defer cancel()
	if err := server.Shutdown(last); err != nil {
		server.Close()
	}
	return nil
}

// openBrowser opens a URL as the system does, by a file that leads there: who looks at the
// processes of this machine would see a URL, and the token in it. remove removes the file.
func openBrowser(url string) (remove func(), err error) {
	file, remove, err := leadingTo(url)
	if err != nil {
		return remove, err
	}
	args := []string{"xdg-open", file}
	switch runtime.GOOS {
	case "darwin":
		args[0] = "open"
	case "windows":
		args = []string{"rundll32", "url.dll,FileProtocolHandler", file}
	}
	cmd := exec.Command(args[0], args[1:]...)
	if err := cmd.Start(); err != nil {
		return remove, err
	}
	go cmd.Wait() // it leaves nothing behind
	return remove, nil
}

// leadingTo makes a file of this user alone that leads to a URL.
func leadingTo(url string) (file string, remove func(), err error) {
	dir, err := os.MkdirTemp("", "workbench-") // which nobody else may read
	if err != nil {
		return "", func() {}, err
	}
	remove = func() { os.RemoveAll(dir) }
	var page bytes.Buffer
	if err := web.WriteRedirect(&page, url); err != nil {
		return "", remove, err
	}
	file = filepath.Join(dir, "open.html")
	return file, remove, os.WriteFile(file, page.Bytes(), 0o600)
}

// unwrapped is what the system said.
func unwrapped(err error) error {
	if failed, ok := errors.AsType[*net.OpError](err); ok {
		return failed.Err
	}
	return err
}
