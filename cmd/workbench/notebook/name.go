package notebook

import "strings"

// person is somebody in a sentence.
type person struct {
	given, surname string
	female         bool
}

func (p person) String() string { return p.given + " " + p.surname }

func women() []string {
	return strings.Fields(`
		Adela Agnes Amara Beatriz Birgit Carla Céline Chiara Clara Daniela Dorota Elena Elif Emma Esther
		Fatima Freya Greta Hanna Inés Ingrid Irene Jana Judith Katja Keiko Leila Lidia Łucja Magda Marta
		Mei Mira Nadia Noémie Nora Olga Paula Priya Renée Rosa Ruth Sabine Siobhán Sofia Talia Teresa
		Vera Yara Zoë`)
}

func men() []string {
	return strings.Fields(`
		Adrian Ahmed Andrei Anton Bjarne Bruno Carlos Conor Daniel Dmitri Emil Enzo Farid Felix Filip
		Gustav Håkan Hiro Hugo Ivan Jonas José Julián Karel Kwame Lars Leon Liam Luca Marek Mateo Milan
		Nils Omar Oscar Otto Paweł Pedro Peter Rafael Samir Sven Søren Tariq Tomás Umar Victor Wes Yusuf
		Zeno`)
}

func surnames() []string {
	return strings.Fields(`
		Abara Adler Aguilar Almeida Andersen Bakker Barros Becker Berg Bianchi Boateng Brandt Castillo
		Cohen Costa Dahl Delgado Demir Dvořák Eriksson Esposito Farkas Ferrara Fischer Fontaine García
		Grøndahl Gupta Haddad Hansen Haugen Hoffmann Horvat Ibarra Jensen Kamau Kaya Keller Kovač Larsen
		Lefèvre Lindqvist Lopez Mancini Marchetti Mazur Meyer Moreau Moretti Müller Nakamura Navarro
		Novak Núñez Okafor Olsen Osei Papadakis Quist Ramos Reyes Ricci Rossi Sandoval Santos Schäfer
		Silva Šimek Svensson Tanaka Tóth Ulvang Varga Vega Vogel Weiss Wójcik Yilmaz Zhang Ziegler`)
}
