/* What workbench does with a database, as plain C does it with SQLite: the yardstick
   of make bench. docs/performance.md says what is compared.

     cc -O2 -o yardstick yardstick.c -lsqlite3
     yardstick load  DB        the label matrix of split 0, in compressed rows
     yardstick save  DB        a marginal for each of its candidates
     yardstick replace DB      the same, after one of those that are stored is gone
     yardstick print DB FILE   the marginals as csv

   prints the step's wall and CPU seconds, the peak of memory in kB, how many rows
   there were, and a checksum of them. */

#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static sqlite3 *db;

static void check(int ok, const char *what) {
	if (ok) return;
	fprintf(stderr, "yardstick: %s: %s\n", what, db ? sqlite3_errmsg(db) : "");
	exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, NULL, NULL, NULL) == SQLITE_OK, sql); }

static sqlite3_stmt *prepare(const char *sql) {
	sqlite3_stmt *stmt;
	check(sqlite3_prepare_v2(db, sql, -1, &stmt, NULL) == SQLITE_OK, sql);
	return stmt;
}

static int next(sqlite3_stmt *stmt) {
	int rc = sqlite3_step(stmt);
	check(rc == SQLITE_ROW || rc == SQLITE_DONE, "step");
	return rc == SQLITE_ROW;
}

static void *need(void *p) {
	check(p != NULL, "out of memory");
	return p;
}

/* The m candidates of the split: their ids in order, and the row of each id, −1 for
   others. */
static int m;
static int64_t *ids;
static int64_t most; /* the largest id */
static int32_t *row_of;

static void load_candidates(void) {
	sqlite3_stmt *stmt = prepare("SELECT id FROM candidate WHERE split = 0 ORDER BY id");
	for (int room = 0; next(stmt); m++) {
		if (m == room) ids = need(realloc(ids, (room = 2 * room + 1024) * sizeof *ids));
		ids[m] = sqlite3_column_int64(stmt, 0);
	}
	sqlite3_finalize(stmt);
	most = m > 0 ? ids[m - 1] : 0;
	row_of = need(malloc((most + 1) * sizeof *row_of));
	memset(row_of, 0xff, (most + 1) * sizeof *row_of);
	for (int i = 0; i < m; i++) row_of[ids[i]] = i;
}

static int row(int64_t id) { return id < 0 || id > most ? -1 : row_of[id]; }

/* The label matrix: row i has the columns and values from start[i] up to start[i+1]. */
typedef struct { int32_t row; int16_t col, value; } label;
static int64_t *start;
static int16_t *cols, *values;

static void load(void) {
	load_candidates();
	label *found = NULL;
	int64_t n = 0, room = 0;
	int16_t col_of[4096] = {0};
	int16_t keys = 0;
	sqlite3_stmt *stmt = prepare("SELECT id FROM label_key WHERE \"group\" = 0 ORDER BY id");
	while (next(stmt)) {
		int64_t id = sqlite3_column_int64(stmt, 0);
		check(id > 0 && id < 4096, "label_key");
		col_of[id] = ++keys; /* from 1 */
	}
	sqlite3_finalize(stmt);

	start = need(calloc(m + 1, sizeof *start));
	stmt = prepare("SELECT candidate_id, key_id, value FROM label");
	while (next(stmt)) {
		int i = row(sqlite3_column_int64(stmt, 0));
		int64_t key = sqlite3_column_int64(stmt, 1);
		if (i < 0 || key < 0 || key >= 4096 || col_of[key] == 0) continue;
		if (n == room) found = need(realloc(found, (room = 2 * room + 1024) * sizeof *found));
		found[n++] = (label){i, col_of[key] - 1, sqlite3_column_int(stmt, 2)};
		start[i + 1]++;
	}
	sqlite3_finalize(stmt);

	for (int i = 1; i <= m; i++) start[i] += start[i - 1];
	int64_t *end = need(malloc((m + 1) * sizeof *end)); /* of what is there of each row */
	memcpy(end, start, (m + 1) * sizeof *end);
	cols = need(malloc(n * sizeof *cols + 1));
	values = need(malloc(n * sizeof *values + 1));
	for (int64_t k = 0; k < n; k++) {
		int64_t at = end[found[k].row]++;
		for (; at > start[found[k].row] && cols[at - 1] > found[k].col; at--) {
			cols[at] = cols[at - 1];
			values[at] = values[at - 1];
		}
		cols[at] = found[k].col;
		values[at] = found[k].value;
	}
	free(end);
	free(found);
}

/* The probability that is saved for a candidate. */
static double probability(int64_t id) { return (id * 7919 % 99991 + 0.5) / 99991; }

static void save(void) {
	run("BEGIN IMMEDIATE");
	run("DELETE FROM marginal WHERE training = 1");
	sqlite3_stmt *stmt = prepare("INSERT INTO marginal (candidate_id, training, value, probability) VALUES (?, 1, 1, ?)");
	for (int i = 0; i < m; i++) {
		sqlite3_bind_int64(stmt, 1, ids[i]);
		sqlite3_bind_double(stmt, 2, probability(ids[i]));
		next(stmt);
		sqlite3_reset(stmt);
	}
	sqlite3_finalize(stmt);
	run("COMMIT");
}

static double *marginals;

static void print(const char *path) {
	load_candidates();
	marginals = need(calloc(m + 1, sizeof *marginals));
	sqlite3_stmt *stmt = prepare("SELECT candidate_id, probability FROM marginal WHERE training = 1 AND value = 1");
	while (next(stmt)) {
		int i = row(sqlite3_column_int64(stmt, 0));
		if (i >= 0) marginals[i] = sqlite3_column_double(stmt, 1);
	}
	sqlite3_finalize(stmt);
	FILE *out = need(fopen(path, "w"));
	fputs("candidate_id,probability\n", out);
	for (int i = 0; i < m; i++) fprintf(out, "%lld,%.17g\n", (long long)ids[i], marginals[i]);
	check(fclose(out) == 0, path);
}

static double seconds(clockid_t clock) {
	struct timespec t;
	clock_gettime(clock, &t);
	return t.tv_sec + t.tv_nsec / 1e9;
}

/* The peak of memory in kB, as Linux tells it; 0 elsewhere. */
static long peak(void) {
	long kb = 0;
	char line[256];
	FILE *status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof line, status)) sscanf(line, "VmHWM: %ld", &kb);
	if (status) fclose(status);
	return kb;
}

int main(int argc, char **argv) {
	check(argc >= 3, "yardstick STEP DB [FILE]");
	int replaces = !strcmp(argv[1], "replace"), saves = replaces || !strcmp(argv[1], "save");
	check(sqlite3_open_v2(argv[2], &db, saves ? SQLITE_OPEN_READWRITE : SQLITE_OPEN_READONLY, NULL) == SQLITE_OK, argv[2]);
	run("PRAGMA foreign_keys = ON");
	if (saves) load_candidates();
	if (replaces) run("DELETE FROM marginal WHERE id = (SELECT min(id) FROM marginal)");

	double wall = seconds(CLOCK_MONOTONIC), cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
	if (saves) save();
	else if (!strcmp(argv[1], "load")) load();
	else if (!strcmp(argv[1], "print") && argc == 4) print(argv[3]);
	else check(0, "no such step");
	wall = seconds(CLOCK_MONOTONIC) - wall;
	cpu = seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu;
	long kb = peak();
	sqlite3_close(db);

	int64_t n = 0;
	uint64_t sum = 0;
	for (int i = 0; start && i < m; i++)
		for (int64_t k = start[i]; k < start[i + 1]; k++, n++) sum = sum * 31 + ids[i] * 1000 + cols[k] * 10 + values[k];
	for (int i = 0; !start && i < m; i++, n++) sum = sum * 31 + ids[i] + (uint64_t)(1e12 * (marginals ? marginals[i] : probability(ids[i])));
	printf("%.6f %.6f %ld %lld %llu\n", wall, cpu, kb, (long long)n, (unsigned long long)sum);
	return 0;
}
