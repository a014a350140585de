package session_test

import (
	"net"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5/pgproto3"

	"workbench/session"
)

// A server that refuses to encrypt is asked on the same connection to go on without,
// unless the URL wants encryption.
func TestServersWithoutEncryptionAreAskedOnOneConnection(t *testing.T) {
	for mode, says := range map[string]string{"prefer": "no such user", "disable": "no such user", "require": "refused TLS"} {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		must(t, err)
		var connections atomic.Int32
		closed := make(chan struct{}, 10)
		go func() {
			for {
				conn, err := l.Accept()
				if err != nil {
					return
				}
				connections.Add(1)
				go func() {
					refuseUser(conn)
					closed <- struct{}{}
				}()
			}
		}()
		_, err = session.Open(t.Context(), "postgresql://me:secret@"+l.Addr().String()+"/x?sslmode="+mode)
		<-closed // by us, or for good
		must(t, l.Close())
		if err == nil || !strings.Contains(err.Error(), says) || connections.Load() != 1 {
			t.Errorf("%s: %d connections, and %v; want one, and %q", mode, connections.Load(), err, says)
		}
	}
}

// refuseUser is a server that knows neither encryption nor any user.
func refuseUser(conn net.Conn) {
	defer conn.Close()
	client := pgproto3.NewBackend(conn, conn)
	for {
		message, err := client.ReceiveStartupMessage()
		if err != nil {
			return
		}
		if _, ok := message.(*pgproto3.SSLRequest); ok {
			conn.Write([]byte("N"))
			continue
		}
		client.Send(&pgproto3.ErrorResponse{Severity: "FATAL", Code: "28000", Message: "no such user"})
		client.Flush()
		return
	}
}
