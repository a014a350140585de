package notebook

import "strings"

// fillers returns the texts that can stand in a slot, by the slot's name. They
// may have slots themselves. An empty text leaves the slot out.
func fillers() map[string][]string {
	return map[string][]string{
		// lead opens a sentence about the present, when one about the past;
		// tail closes one. Most sentences do without.
		"lead": orNothing(4, "this {season} ,", "in {town} ,", "once again ,", "as everybody knows ,", "in a letter ,"),
		"when": orNothing(3, "on {weekday} ,", "last {season} ,", "in {month} {year} ,", "earlier this week ,",
			"in the {season} of {year} ,", "{few} years ago ,", "shortly before noon ,", "after a long wait ,"),
		"tail": orNothing(4, ", the {paper} reported", ", according to the {paper}", ", neighbours said",
			", a spokeswoman said", ", records show", ", the {paper} wrote on {weekday}", ", a witness recalled"),

		"animal": list("donkey, parrot, dog, pony, tortoise, goat"),
		"board": list("school board, city council, harbour board, chess federation, film academy, theatre guild, " +
			"housing trust, tourist board"),
		"building": list("library, theatre, swimming pool, concert hall, railway station, town hall, lighthouse, museum, mill"),
		"church":   list("chapel, town hall, cathedral, village church, old monastery, synagogue, botanical garden"),
		"company": list("Merrow Shipping, Tallis Foods, Brightwater Bank, Osprey Rail, Calder Textiles, Pinewood Studios, " +
			"Lumen Optics, Farrow Motors"),
		"contest": list("marathon, chess tournament, regatta, cycling race, bake-off, poetry contest, tennis open, ski race"),
		"drink":   list("cider, red wine, champagne, lemonade, elderflower juice"),
		"few":     list("two, three, four, five, six, seven"),
		"issue": list("budget, new bridge, bus strike, water supply, school closures, harbour tax, night trains, noise rules, " +
			"fishing quotas, flood defences"),
		"instrument": list("cello, trumpet, piano, accordion, flute, harp, violin, banjo"),
		"job": list("baker, violinist, teacher, surgeon, sculptor, lawyer, farmer, novelist, pilot, chemist, librarian, " +
			"goalkeeper, beekeeper, bookseller, carpenter, dentist, photographer, judge, conductor, geologist, " +
			"ferry captain, chef, painter, translator, puppeteer, mathematician"),
		"month":    list("January, February, March, April, May, June, July, August, September, October, November, December"),
		"mountain": list("Grey Needle, Corvin Peak, Mount Tessel, Silver Horn, Widow Ridge"),
		"nth":      list("first, fifth, tenth, fifteenth, twentieth, thirtieth, fortieth, golden, silver"),
		"paper":    list("Morning Courier, Evening Ledger, Coast Gazette, Valley Herald, Sunday Dispatch, Harbour Post, Weekly Mirror"),
		"party":    list("garden party, gala dinner, street festival, barbecue, charity ball, film premiere, book launch, harvest fair"),
		"quote": list("We have to start again, Nobody saw it coming, The roof will hold, It was never about money, " +
			"The river is rising, I want a rematch"),
		"season": list("spring, summer, autumn, winter"),
		"shop": list("bakery, bookshop, vineyard, pharmacy, flower shop, guest house, bicycle workshop, cheese dairy, " +
			"pottery, cinema, tea room, boatyard"),
		"street": list("Mill Lane, Harbour Street, Station Road, Chestnut Avenue, Bell Square, Canal Street"),
		"thing": list("tractor, rowing boat, telescope, grand piano, hedge, bicycle, sewing machine, printing press, " +
			"fishing rod, sledge, greenhouse, hot-air balloon"),
		"town": list("Harrowmere, Valdesca, Port Lennet, Kestrelby, Brunnental, Santa Orla, Østerhavn, Tarnfield, Monte Corvo, " +
			"Ljungvik, Castelmar, Dunmorrow, Nova Vesna, Saint-Aubrac, Quillhaven, Belgrava, Ravensholt, Lindenau"),
		"weekday": list("Monday, Tuesday, Wednesday, Thursday, Friday, Saturday, Sunday"),
	}
}

// list splits texts at commas.
func list(texts string) []string { return strings.Split(texts, ", ") }

// orNothing adds empty texts, so that one of the texts is chosen one time in n.
func orNothing(n int, texts ...string) []string {
	return append(texts, make([]string, (n-1)*len(texts))...)
}

// gendered returns the words that depend on whom they are about, for a man and
// for a woman. The slot {his1} is about the first person. Of wife and mate,
// and of girlfriend and date, the first says what the person is, the second
// whom the person has.
func gendered() map[string][2]string {
	return map[string][2]string{
		"he":           {"he", "she"},
		"him":          {"him", "her"},
		"his":          {"his", "her"},
		"wife":         {"husband", "wife"},
		"mate":         {"wife", "husband"},
		"exwife":       {"ex-husband", "ex-wife"},
		"bride":        {"groom", "bride"},
		"girlfriend":   {"boyfriend", "girlfriend"},
		"date":         {"girlfriend", "boyfriend"},
		"exgirlfriend": {"ex-boyfriend", "ex-girlfriend"},
		"fiancee":      {"fiance", "fiancée"},
		"brother":      {"brother", "sister"},
		"son":          {"son", "daughter"},
		"father":       {"father", "mother"},
		"uncle":        {"uncle", "aunt"},
		"nephew":       {"nephew", "niece"},
		"grandfather":  {"grandfather", "grandmother"},
	}
}
