package session

// WithoutFeed makes a session write rows as arguments of statements only.
func WithoutFeed() Option { return func(s *Session) { s.plain = true } }
