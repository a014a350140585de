package session

import (
	"context"
	"net"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// connectOnce connects to a server. One that refuses to encrypt is asked to go on
// without on the same network connection, as libpq does, where the library makes
// another one: each costs the server a process.
func connectOnce(ctx context.Context, config *pgconn.Config) (*pgconn.PgConn, error) {
	d := &dialer{dial: config.DialFunc}
	config = config.Copy()
	config.DialFunc = d.next
	conn, err := pgconn.ConnectConfig(ctx, config)
	if d.refused != nil {
		d.refused.Close() // the URL wants encryption
	}
	return conn, err
}

// dialer makes the network connections of one connection.
type dialer struct {
	dial    pgconn.DialFunc
	refused net.Conn // one on which the server refused to encrypt, and waits
	addr    string   // where it leads
}

// next returns the network connection that waits, or a new one.
func (d *dialer) next(ctx context.Context, network, addr string) (net.Conn, error) {
	if conn := d.refused; conn != nil && d.addr == addr {
		d.refused = nil
		return conn, conn.SetDeadline(time.Time{})
	}
	conn, err := d.dial(ctx, network, addr)
	if err != nil {
		return nil, err
	}
	return &asking{Conn: conn, dialer: d, addr: addr}, nil
}

// asking is a network connection whose first answer may be that nothing is encrypted.
type asking struct {
	net.Conn
	dialer        *dialer
	addr          string
	read, refused bool
}

// Read notices the answer to the question for encryption: it is one byte, and read
// alone.
func (c *asking) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	c.refused = !c.read && len(p) == 1 && n == 1 && p[0] == 'N'
	c.read = true
	return n, err
}

// Close keeps a connection after a refusal for the next attempt.
func (c *asking) Close() error {
	if c.refused && c.dialer.refused == nil {
		c.dialer.refused, c.dialer.addr = c.Conn, c.addr
		return nil
	}
	return c.Conn.Close()
}
