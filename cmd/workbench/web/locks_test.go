package web_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"workbench/annotations"
	"workbench/cmd/workbench/web"
	"workbench/session"
)

// hold keeps other writers out until it is released.
func hold(t *testing.T, path string) (release func()) {
	t.Helper()
	s, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	holds, done, ended := make(chan struct{}), make(chan struct{}), make(chan error, 1)
	go func() {
		ended <- s.Update(context.Background(), func(tx *session.Tx) error {
			_, err := tx.Exec("UPDATE label SET value = -value WHERE candidate_id = ?", 1)
			close(holds)
			<-done
			return err
		})
	}()
	<-holds
	return sync.OnceFunc(func() {
		close(done)
		if err := <-ended; err != nil {
			t.Error(err)
		}
		s.Close()
	})
}

// A locked database says so, and the decision is stored when it is sent again.
func TestLockedDatabase(t *testing.T) {
	path := copyDB(t)
	x := serve(t, path, nil)
	x.get("/candidates/241", http.StatusOK)
	release := hold(t, path)
	defer release()
	a := x.put("/candidates/241/gold", `{"value":1,"was":0}`, http.StatusServiceUnavailable)
	if !a.Retry || a.Main != "" || !strings.Contains(a.Said, "locked") {
		t.Errorf("the answer is %+v", a)
	}
	page := x.do(http.MethodPost, "/candidates/241/gold?split=1", "value=-1&was=0", http.StatusServiceUnavailable, "Content-Type", "application/x-www-form-urlencoded")
	contains(t, page, "Not stored yet", `name="value" value="-1"`, `name="was" value="0"`, `action="/candidates/241/gold?split=1"`)
	x.get("/candidates/242", http.StatusOK) // one can go on reading
	release()
	if a = x.put("/candidates/241/gold", `{"value":1,"was":0}`, http.StatusOK); a.Retry {
		t.Errorf("the answer is %+v", a)
	}
	wantGold(t, path, "ann", 241, 1)
}

// Two tabs, two servers and a program that writes beside them end with every decision
// stored, or a conflict that was seen.
func TestManyWriters(t *testing.T) {
	path := copyDB(t)
	servers := []*server{serve(t, path, nil), serve(t, path, nil)}
	other, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	stop := make(chan struct{})
	var writing, deciding sync.WaitGroup
	writing.Go(func() {
		for {
			select {
			case <-stop:
				return
			case <-time.After(10 * time.Millisecond): // others get their turn
			}
			err := other.Update(t.Context(), func(tx *session.Tx) error {
				_, err := tx.Exec("UPDATE label SET value = -value WHERE candidate_id < ?", 200)
				return err
			})
			if err != nil {
				t.Error(err)
				return
			}
		}
	})
	const candidates = 6
	stored := make([]map[int64]int16, 4) // by tab
	for tab := range stored {
		stored[tab] = make(map[int64]int16)
		x := servers[tab%2]
		deciding.Go(func() {
			for i := range candidates {
				id := int64(241 + i)
				value := int16(1 - 2*((tab+i)%2))
				for {
					r, _ := http.NewRequest(http.MethodPut, fmt.Sprintf("%s/candidates/%d/gold", x.url, id), strings.NewReader(fmt.Sprintf(`{"value":%d,"was":0}`, value)))
					answer, err := x.client.Do(r)
					if err != nil {
						t.Error(err)
						return
					}
					answer.Body.Close()
					if answer.StatusCode == http.StatusServiceUnavailable {
						continue
					}
					switch answer.StatusCode {
					case http.StatusOK:
						stored[tab][id] = value
					case http.StatusConflict:
					default:
						t.Errorf("status %d", answer.StatusCode)
					}
					break
				}
			}
		})
	}
	deciding.Wait()
	close(stop)
	writing.Wait()
	for i := range candidates {
		id := int64(241 + i)
		gold, _ := goldOf(t, path, "ann", id)
		wantGold(t, path, "ann", id, gold)
		if gold == 0 {
			t.Errorf("candidate %d has no label", id)
		}
		for tab := range stored {
			if value, ok := stored[tab][id]; ok && value != gold {
				t.Errorf("candidate %d: tab %d was told that %d is stored, and it is %d", id, tab, value, gold)
			}
		}
	}
}

// What another program stores is on the pages that are opened then.
func TestOthersAreNoticed(t *testing.T) {
	path := copyDB(t)
	x := serve(t, path, nil)
	before := x.get("/candidates?lf=LF_husband_wife&vote=1", http.StatusOK)
	s, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec(`DELETE FROM label WHERE key_id = (SELECT id FROM label_key WHERE name = ? AND "group" = 0)`, "LF_husband_wife")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	after := x.get("/candidates?lf=LF_husband_wife&vote=1", http.StatusOK)
	lacks(t, before, `<span id="total">0</span>`)
	contains(t, after, `<span id="total">0</span>`)
}

// Where reading takes long it is done behind the pages: gold labels are new at once, votes
// after a while, and decisions that are made meanwhile stay.
func TestReadingBehindThePages(t *testing.T) {
	path := copyDB(t)
	x := serve(t, path, func(o *web.Options) { o.Patience = 1 })
	const votes, gold = "/candidates?lf=LF_husband_wife&vote=1", "/candidates?gold=any"
	before := x.get(votes, http.StatusOK)
	x.put("/candidates/250/gold", `{"value":1,"was":0}`, http.StatusOK)
	s, err := session.Open(t.Context(), path, session.Writable())
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	err = s.Update(t.Context(), func(tx *session.Tx) error {
		_, err := tx.Exec(`DELETE FROM label WHERE key_id = (SELECT id FROM label_key WHERE name = ? AND "group" = 0)`, "LF_husband_wife")
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := annotations.SetGold(t.Context(), s, annotations.HandLabel{Annotator: "ann", Candidate: 251, Label: -1}); err != nil {
		t.Fatal(err)
	}
	contains(t, x.get(gold, http.StatusOK), `<span id="total">2</span>`)
	x.put("/candidates/252/gold", `{"value":1,"was":0}`, http.StatusOK)
	for range 500 {
		if after := x.get(votes, http.StatusOK); after != before && strings.Contains(after, `<span id="total">0</span>`) {
			contains(t, x.get(gold, http.StatusOK), `<span id="total">3</span>`, "/candidates/250?", "/candidates/251?", "/candidates/252?")
			return
		}
		time.Sleep(20 * time.Millisecond)
	}
	t.Error("the votes are never read anew")
}
