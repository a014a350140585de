package notebook

import "strings"

// KnownCouples returns the pairs of full names that the labeling function
// [knownCouplesLF] takes for married, whichever of them comes first. Like
// every such list it is wrong about some.
func KnownCouples() [][2]string {
	var couples [][2]string
	for line := range strings.Lines(knownCouples) {
		if a, b, ok := strings.Cut(strings.TrimSpace(line), " & "); ok {
			couples = append(couples, [2]string{a, b})
		}
	}
	return couples
}

const knownCouples = `
Adela Barros & Tomás Vega
Agnes Lindqvist & Håkan Lindqvist
Amara Okafor & Kwame Osei
Beatriz Almeida & Rafael Santos
Birgit Hansen & Søren Hansen
Carla Mancini & Bruno Mancini
Céline Moreau & Hugo Fontaine
Chiara Ricci & Enzo Ferrara
Clara Weiss & Otto Brandt
Daniela Reyes & Mateo Ibarra
Dorota Mazur & Paweł Wójcik
Elena Papadakis & Andrei Farkas
Elif Kaya & Yusuf Demir
Emma Keller & Felix Keller
Esther Cohen & Daniel Adler
Fatima Haddad & Samir Haddad
Freya Dahl & Lars Grøndahl
Greta Vogel & Anton Ziegler
Hanna Berg & Nils Ulvang
Inés Navarro & Julián Castillo
Ingrid Olsen & Bjarne Haugen
Irene Lopez & Carlos Delgado
Jana Šimek & Karel Dvořák
Judith Becker & Peter Hoffmann
Katja Horvat & Milan Kovač
Keiko Tanaka & Hiro Nakamura
Leila Haddad & Tariq Yilmaz
Lidia Rossi & Luca Marchetti
Łucja Novak & Marek Mazur
Magda Tóth & Emil Varga
Marta Sandoval & Pedro Núñez
Mei Zhang & Victor Quist
Mira Gupta & Adrian Gupta
Nadia Kamau & Omar Abara
Noémie Lefèvre & Oscar Bakker
Nora Jensen & Gustav Andersen
Olga Kovač & Ivan Horvat
Paula Silva & José García
Priya Gupta & Liam Meyer
Renée Fontaine & Leon Moreau
Rosa Esposito & Zeno Bianchi
Ruth Adler & Conor Boateng
Sabine Müller & Jonas Schäfer
Siobhán Larsen & Wes Larsen
Sofia Moretti & Filip Moretti
Talia Cohen & Ahmed Abara
Teresa Ramos & Dmitri Novak
Vera Eriksson & Sven Svensson
Yara Costa & Umar Kaya
Zoë Bakker & Farid Demir
Hanna Ziegler & Clara Vogel
Hugo Ramos & Tomás Aguilar
Nora Quist & Anton Berg
Elena Varga & Marek Tóth
Marta Ibarra & Carlos Ibarra
Keiko Nakamura & Otto Fischer
Priya Osei & Kwame Boateng
Ingrid Ulvang & Emil Dahl
Sofia Ferrara & Bruno Ricci
Zoë Lefèvre & Luca Bianchi
`
